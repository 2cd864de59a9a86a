using Microsoft.AspNetCore.Http.HttpResults;

namespace DocuChat.Api.Http;

/// <summary>Problems that many endpoints answer with. The title says what is wrong, the detail what to do.</summary>
internal static class Problems
{
    /// <summary>Also the answer for another tenant's id: it does not exist for this caller.</summary>
    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: $"There is no such {what}.", detail: "Check the id; it may have been deleted.");

    public static ProblemHttpResult Unauthorized(string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized, title: title, detail: detail);

    public static ProblemHttpResult Forbidden(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, title: "Your role does not allow this.", detail: detail);

    public static ProblemHttpResult Conflict(string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: title, detail: detail);

    public static ProblemHttpResult BadRequest(string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: title, detail: detail);

    public static ProblemHttpResult Unavailable(string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: title, detail: detail);

    public static ProblemHttpResult BadCursor() => BadRequest("The cursor is not one of ours.", "Pass next_cursor as the previous page gave it, or none for the first page.");
}
