using System.ClientModel;
using System.Globalization;
using System.Net.Sockets;

namespace DocuChat.Core.Models;

/// <summary>Turns what the wire throws into a <see cref="ModelException"/>. Bodies of errors are left out: they may quote the prompt.</summary>
internal static class WireErrors
{
    public static ModelException Classify(string model, Exception failure, TimeProvider time) =>
        failure switch
        {
            ModelException known => known,
            ClientResultException { Status: 429 } limited => new(model, ModelStatus.RateLimited, $"{model} answered 429.", limited) { RetryAfter = RetryAfter(limited, time) },
            ClientResultException { Status: 408 } late => new(model, ModelStatus.Timeout, $"{model} answered 408.", late),
            ClientResultException { Status: >= 500 } broken => new(model, ModelStatus.ServerError, $"{model} answered {broken.Status}.", broken) { RetryAfter = RetryAfter(broken, time) },
            ClientResultException { Status: >= 400 } refused => new(model, ModelStatus.Refused, $"{model} refused the request with {refused.Status}.", refused),
            TimeoutException or OperationCanceledException => new(model, ModelStatus.Timeout, $"{model} did not answer in time.", failure),
            ClientResultException or HttpRequestException or IOException or SocketException => new(model, ModelStatus.Unreachable, $"The connection to {model} failed.", failure),
            // What the server sent was no answer in OpenAI's protocol.
            _ => new(model, ModelStatus.ServerError, $"{model} sent an answer that cannot be read.", failure),
        };

    private static TimeSpan? RetryAfter(ClientResultException failure, TimeProvider time)
    {
        if (failure.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var value) != true || value is null)
            return null;
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Max(date - time.GetUtcNow(), TimeSpan.Zero) : null;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
