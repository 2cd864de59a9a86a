using DocuChat.Web.Api;

namespace DocuChat.Web.Layout;

/// <summary>What went wrong with something a page wanted of the Api, and in which words to say it.</summary>
/// <param name="Kind">Chooses the text; <see cref="TroubleKind.Refused"/> has the Api's own words.</param>
/// <param name="Words">The Api's words.</param>
/// <param name="TraceId">What an operator can look the failure up by.</param>
public sealed record Trouble(TroubleKind Kind, string? Words = null, string? TraceId = null)
{
    public static Trouble Unexpected { get; } = new(TroubleKind.Unexpected);

    internal static Trouble Of(ApiException exception) =>
        exception.Status switch
        {
            404 => new Trouble(TroubleKind.NotFound, exception.Problem.Words, exception.Problem.TraceId),
            >= 500 => new Trouble(TroubleKind.Unexpected, null, exception.Problem.TraceId),
            _ => new Trouble(TroubleKind.Refused, exception.Problem.Words, exception.Problem.TraceId),
        };
}

public enum TroubleKind
{
    Unexpected,
    Unavailable,
    NotFound,
    Refused,
}
