namespace DocuChat.Sandbox.Zibal;

/// <summary>One payment and what became of it. Its state changes under its own lock.</summary>
internal sealed class Payment(long trackId, PaymentRequest request, MerchantKnobs knobs, TimeSpan reverseAfter, TimeProvider time)
{
    private const string Card = "621986******8080";
    private const long Fee = 1_200;

    // The gateway writes the time of Tehran and does not say so.
    private static readonly TimeZoneInfo _tehran = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tehran");

    private readonly Lock _lock = new();
    private readonly DateTimeOffset _createdAt = time.GetUtcNow();
    private ZibalStatus _status = ZibalStatus.Waiting;
    private DateTimeOffset? _paidAt;
    private DateTimeOffset? _verifiedAt;

    public long TrackId => trackId;
    public PaymentRequest Request => request;
    public MerchantKnobs Knobs => knobs;

    public ZibalStatus Status
    {
        get
        {
            lock (_lock)
                return Current();
        }
    }

    /// <summary>The payer pressed Pay: once, whatever comes twice.</summary>
    public ZibalStatus Pay()
    {
        lock (_lock)
        {
            if (_status != ZibalStatus.Waiting)
                return Current();
            _status = knobs.Status;
            if (_status is ZibalStatus.PaidNotVerified)
                _paidAt = time.GetUtcNow();
            return _status;
        }
    }

    /// <summary>The payer pressed Cancel.</summary>
    public ZibalStatus Cancel()
    {
        lock (_lock)
        {
            if (_status == ZibalStatus.Waiting)
                _status = ZibalStatus.Cancelled;
            return Current();
        }
    }

    /// <summary>Keeps the money of a paid payment, once.</summary>
    public ZibalReply Verify()
    {
        lock (_lock)
        {
            switch (Current())
            {
                case ZibalStatus.PaidNotVerified:
                    _status = ZibalStatus.PaidAndVerified;
                    _verifiedAt = time.GetUtcNow();
                    return Details(ZibalResult.Ok);
                case ZibalStatus.PaidAndVerified:
                    return knobs.IsBare ? ZibalReply.Of(ZibalResult.AlreadyVerified) : Details(ZibalResult.AlreadyVerified);
                default:
                    return ZibalReply.Of(ZibalResult.NotPaid);
            }
        }
    }

    /// <summary>All that is known, changing nothing.</summary>
    public ZibalReply Inquire()
    {
        lock (_lock)
        {
            return Details(ZibalResult.Ok) with
            {
                CreatedAt = Local(_createdAt),
                VerifiedAt = Local(_verifiedAt),
                Wage = 0,
                ShaparakFee = _paidAt is null ? 0 : Fee,
            };
        }
    }

    // Money that nobody asked for in time went back to the payer.
    private ZibalStatus Current()
    {
        if (_status == ZibalStatus.PaidNotVerified && time.GetUtcNow() - _paidAt >= (knobs.ReverseAfter ?? reverseAfter))
            _status = ZibalStatus.Reversed;
        return _status;
    }

    private ZibalReply Details(int result) =>
        ZibalReply.Of(result) with
        {
            Status = (int)Current(),
            Amount = request.Amount + knobs.WrongBy,
            OrderId = request.OrderId,
            Description = request.Description,
            PaidAt = Local(_paidAt),
            CardNumber = _paidAt is null ? null : Card,
            RefNumber = _paidAt is null ? null : trackId * 10 + 7,
            MultiplexingInfos = request.MultiplexingInfos,
        };

    private static string? Local(DateTimeOffset? time) =>
        time is { } at ? TimeZoneInfo.ConvertTime(at, _tehran).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture) : null;
}
