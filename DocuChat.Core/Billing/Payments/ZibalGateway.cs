using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Refit;

namespace DocuChat.Core.Billing.Payments;

/// <summary>How a payment stands at the gateway.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>Money was taken, for good: verified. What was taken is still to be compared with what was asked.</summary>
    public sealed record Captured(long AmountRials, string? OrderId, string? Reference, string? Card) : Verdict;

    /// <summary>It ended without money.</summary>
    public sealed record Ended(int Status, string Reason) : Verdict;

    /// <summary>The payer is still at it.</summary>
    public sealed record Waiting : Verdict;

    /// <summary>The gateway did not say; it is asked again.</summary>
    public sealed record Unknown(string Reason) : Verdict;
}

/// <summary>The number of a new payment page, or why there is none.</summary>
public abstract record Minted
{
    private Minted() { }

    public sealed record Page(long TrackId, Uri Address) : Minted;

    /// <summary>The gateway refused, with its result.</summary>
    public sealed record Refused(int Result) : Minted;

    /// <summary>It did not answer.</summary>
    public sealed record Unreachable : Minted;
}

/// <summary>Speaks to Zibal. Each call has a time limit, and this is the only loop that repeats one.</summary>
public sealed class ZibalGateway
{
    private readonly IZibalApi _api;
    private readonly ZibalOptions _options;
    private readonly ILogger<ZibalGateway> _logger;
    private readonly ResiliencePipeline _pipeline;

    public ZibalGateway(IZibalApi api, IOptions<ZibalOptions> options, TimeProvider time, ILogger<ZibalGateway> logger)
    {
        _api = api;
        _options = options.Value;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            // A repeated request may make a second page, which nobody is sent to; verify and inquiry may be repeated as often as one likes.
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(200),
                    UseJitter = true,
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(IsTransient),
                }
            )
            .AddTimeout(new TimeoutStrategyOptions { Timeout = _options.Timeout })
            .Build();
    }

    /// <summary>The page of a payment.</summary>
    public Uri PageOf(long trackId) => _options.PageOf(trackId);

    /// <summary>Asks for a payment page.</summary>
    public async Task<Minted> MintAsync(long amountRials, string orderId, Uri callback, string description, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(
            "request",
            token => _api.RequestAsync(new ZibalRequest(_options.Merchant, amountRials, callback.ToString(), orderId, description), token),
            cancellationToken
        );
        return answer switch
        {
            null => new Minted.Unreachable(),
            { Result: Zibal.Ok, TrackId: { } track } => new Minted.Page(track, PageOf(track)),
            _ => Refused(answer),
        };
    }

    /// <summary>
    /// Verifies a payment, which is what makes the gateway keep the money. Where the answer leaves anything open (a payment that was verified
    /// before may come without its amount), inquiry tells.
    /// </summary>
    public async Task<Verdict> VerifyAsync(long trackId, CancellationToken cancellationToken)
    {
        var verified = await CallAsync("verify", token => _api.VerifyAsync(new ZibalTrack(_options.Merchant, trackId), token), cancellationToken);
        return verified switch
        {
            null => new Verdict.Unknown("no answer"),
            { Result: Zibal.Ok, Status: null or Zibal.PaidAndVerified, Amount: { } amount, OrderId: not null } => new Verdict.Captured(amount, verified.OrderId, Reference(verified), verified.CardNumber),
            { Result: Zibal.Ok or Zibal.AlreadyVerified or Zibal.NotPaid } => await InquireAsync(trackId, cancellationToken),
            { Result: Zibal.NoSuchTrack } => new Verdict.Ended(Zibal.Internal, "unknown to the gateway"),
            _ => new Verdict.Unknown($"result {verified.Result}"),
        };
    }

    /// <summary>Asks how a payment stands and, where it is paid and not yet verified, verifies it before the gateway gives the money back.</summary>
    public async Task<Verdict> SweepAsync(long trackId, CancellationToken cancellationToken)
    {
        var verdict = await InquireAsync(trackId, cancellationToken);
        return verdict is Verdict.Unknown { Reason: PaidButNotVerified } ? await VerifyAsync(trackId, cancellationToken) : verdict;
    }

    private const string PaidButNotVerified = "paid but not verified";

    private async Task<Verdict> InquireAsync(long trackId, CancellationToken cancellationToken)
    {
        var inquiry = await CallAsync("inquiry", token => _api.InquireAsync(new ZibalTrack(_options.Merchant, trackId), token), cancellationToken);
        return inquiry switch
        {
            null => new Verdict.Unknown("no answer"),
            { Result: Zibal.NoSuchTrack } => new Verdict.Ended(Zibal.Internal, "unknown to the gateway"),
            { Result: not Zibal.Ok } => new Verdict.Unknown($"result {inquiry.Result}"),
            { Status: Zibal.PaidAndVerified, Amount: { } amount } => new Verdict.Captured(amount, inquiry.OrderId, Reference(inquiry), inquiry.CardNumber),
            { Status: Zibal.PaidNotVerified } => new Verdict.Unknown(PaidButNotVerified),
            { Status: Zibal.Waiting } => new Verdict.Waiting(),
            { Status: Zibal.Refunded or Zibal.Refunding or Zibal.Reversed } => new Verdict.Ended(inquiry.Status.Value, "reversed"),
            { Status: Zibal.Cancelled } => new Verdict.Ended(inquiry.Status.Value, "cancelled"),
            { Status: > Zibal.Cancelled } => new Verdict.Ended(inquiry.Status.Value, "refused by the bank"),
            _ => new Verdict.Unknown($"status {inquiry.Status}"),
        };
    }

    private Minted.Refused Refused(ZibalRequested answer)
    {
        Log.GatewayRefused(_logger, answer.Result);
        return new Minted.Refused(answer.Result);
    }

    private async Task<T?> CallAsync<T>(string call, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await send(token), cancellationToken);
        }
        catch (Exception failure) when (failure is ApiException or ApiRequestException or HttpRequestException or TimeoutRejectedException or JsonException)
        {
            Log.GatewayUnreachable(_logger, call, failure.GetType().Name, (failure as ApiException)?.StatusCode);
            return null;
        }
    }

    private static bool IsTransient(Exception failure) =>
        failure switch
        {
            // Refit wraps an answer that is no JSON, such as a proxy's error page, in an ApiException of its status.
            ApiException answer => answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
            ApiRequestException or HttpRequestException or TimeoutRejectedException => true,
            _ => false,
        };

    private static string? Reference(ZibalPayment payment) => payment.RefNumber?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
