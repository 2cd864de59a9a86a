using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace DocuChat.Sandbox.Zibal;

/// <summary>The payments of this run; a restart forgets them.</summary>
internal sealed class Payments(IOptions<ZibalOptions> options, TimeProvider time)
{
    // Beyond 32 bits, as the gateway's are: a client that keeps it in an int fails here and not in production.
    private long _lastTrackId = 4_300_000_000 + Random.Shared.Next(1_000_000_000);

    private readonly ConcurrentDictionary<long, Payment> _payments = new();
    private readonly ConcurrentDictionary<(string, ZibalCall), int> _faults = new();

    /// <summary>The result of asking for a payment; <see cref="ZibalResult.Ok"/> when one can be made.</summary>
    public int Check(PaymentRequest request, MerchantKnobs knobs) =>
        request switch
        {
            _ when knobs.Result is { } result => result,
            { Amount: <= 1_000 } => ZibalResult.AmountTooSmall,
            _ when request.Amount > options.Value.MaxAmount => ZibalResult.AmountTooLarge,
            _ when !Uri.TryCreate(request.CallbackUrl, UriKind.Absolute, out var callback) || callback.Scheme is not ("http" or "https") => ZibalResult.CallbackInvalid,
            { PercentMode: not (0 or 1) } => ZibalResult.PercentModeInvalid,
            { FeeMode: not (0 or 1 or 2) } => ZibalResult.FeeModeInvalid,
            { NationalCode: { } code } when code.Length != 10 || !code.All(char.IsAsciiDigit) => ZibalResult.NationalCodeInvalid,
            { MultiplexingInfos: { Length: > 0 } shares } when shares.Sum(share => share.Amount) != (request.PercentMode == 1 ? 100 : request.Amount) => ZibalResult.SharesDoNotAddUp,
            _ => ZibalResult.Ok,
        };

    public Payment Add(PaymentRequest request, MerchantKnobs knobs)
    {
        var payment = new Payment(Interlocked.Increment(ref _lastTrackId), request, knobs, options.Value.ReverseAfter, time);
        _payments[payment.TrackId] = payment;
        return payment;
    }

    public Payment? Find(long trackId) => _payments.GetValueOrDefault(trackId);

    /// <summary>The fault that this call is to have, when its time is not over.</summary>
    public string? TakeFault(MerchantKnobs knobs, ZibalCall call, string key)
    {
        if (knobs.FaultOf(call) is not { } fault)
            return null;
        return knobs.Times is { } times && _faults.AddOrUpdate((key, call), 1, (_, count) => count + 1) > times ? null : fault;
    }
}
