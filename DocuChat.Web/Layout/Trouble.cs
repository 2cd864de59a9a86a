using DocuChat.Web.Api;

namespace DocuChat.Web.Layout;

/// <summary>What went wrong with something a page wanted of the Api, and in which words to say it.</summary>
/// <param name="Kind">Chooses the text where the Api has none of its own.</param>
/// <param name="Title">The Api's word on what is wrong.</param>
/// <param name="Words">The Api's word on what to do.</param>
/// <param name="TraceId">What an operator can look the failure up by.</param>
/// <param name="Wait">How long to wait before another try.</param>
public sealed record Trouble(TroubleKind Kind, string? Title = null, string? Words = null, string? TraceId = null, TimeSpan? Wait = null)
{
    /// <summary>How the Api calls the problem of an organisation that has to pay before it asks.</summary>
    private const string Overdue = "urn:docuchat:problem:invoice-overdue";

    public static Trouble Unexpected { get; } = new(TroubleKind.Unexpected);

    internal static Trouble Of(ApiException exception) =>
        exception.Status switch
        {
            402 => new Trouble(exception.Problem.Type == Overdue ? TroubleKind.Overdue : TroubleKind.Budget),
            403 => new Trouble(TroubleKind.Forbidden, null, null, exception.Problem.TraceId),
            404 => new Trouble(TroubleKind.NotFound, null, null, exception.Problem.TraceId),
            413 => new Trouble(TroubleKind.TooLarge, null, null, exception.Problem.TraceId),
            429 => new Trouble(TroubleKind.TooMany, null, null, null, exception.RetryAfter),
            _ => new Trouble(exception.Status >= 500 ? TroubleKind.Unexpected : TroubleKind.Refused, exception.Problem.Title, exception.Problem.Words, exception.Problem.TraceId),
        };
}

public enum TroubleKind
{
    Unexpected,
    Unavailable,
    Budget,
    Overdue,
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Refused,
}
