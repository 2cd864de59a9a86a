using DocuChat.Api.Tenancy;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage.Budgets;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using StackExchange.Redis;

namespace DocuChat.Api.Http;

/// <summary>The one place where an exception becomes an answer. What went wrong inside stays in the log, found by the trace id.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException bad => new ProblemDetails
            {
                Status = bad.StatusCode,
                Title = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The request is too large." : "The request could not be read.",
                Detail = bad.InnerException is System.Text.Json.JsonException json ? $"The body is no valid JSON for this call (at {json.Path ?? "$"})." : bad.Message,
            },
            _ when exception is RedisException or RedisTimeoutException || DatabaseFaults.IsAway(exception) => new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "A part of DocuChat cannot be reached just now.",
                Detail = "Try again in a moment; if it goes on, tell support the trace id.",
            },
            BudgetException refused => new ProblemDetails
            {
                Status = StatusCodes.Status402PaymentRequired,
                Type = BudgetException.ProblemType,
                Title = BudgetException.ProblemTitle,
                Detail = refused.Message,
                Extensions = { ["budget"] = BudgetView.Of(refused.Month) },
            },
            _ => new ProblemDetails
            {
                Status = StatusCodes.Status500InternalServerError,
                Title = "Something went wrong on our side.",
                Detail = "Nothing was changed by this call. Try again; if it happens again, tell support the trace id.",
            },
        };
        context.Response.StatusCode = problem.Status!.Value;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }
}
