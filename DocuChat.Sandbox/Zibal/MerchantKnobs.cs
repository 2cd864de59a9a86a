using System.Globalization;

namespace DocuChat.Sandbox.Zibal;

/// <summary>The calls of the gateway.</summary>
internal enum ZibalCall
{
    Request,
    Verify,
    Inquiry,
}

/// <summary>What a test asks for in the merchant's name, such as <c>zibal+verify=lost+times=1</c>. The README lists the knobs.</summary>
internal sealed record MerchantKnobs
{
    public const string Merchant = "zibal";

    private readonly Dictionary<ZibalCall, string> _faults = [];

    /// <summary>Every call takes this long.</summary>
    public TimeSpan Slow { get; private set; }

    /// <summary>Result that /v1/request answers instead of making a payment.</summary>
    public int? Result { get; private set; }

    /// <summary>How a payment on the page ends.</summary>
    public ZibalStatus Status { get; private set; } = ZibalStatus.PaidNotVerified;

    /// <summary>Added to the amount that verify and inquiry tell, in Rials.</summary>
    public long WrongBy { get; private set; }

    /// <summary>A second verify answers 201 and nothing else.</summary>
    public bool IsBare { get; private set; }

    public TimeSpan? ReverseAfter { get; private set; }

    /// <summary>How often a fault comes, for each call of each payment; null: always.</summary>
    public int? Times { get; private set; }

    /// <summary>The fault of a call: <c>500</c> before it did anything, <c>lost</c> after it did.</summary>
    public string? FaultOf(ZibalCall call) => _faults.GetValueOrDefault(call);

    /// <summary>Takes a merchant's name apart.</summary>
    /// <returns>null when it is not the sandbox's merchant or a knob is not understood.</returns>
    public static MerchantKnobs? Parse(string? merchant)
    {
        if (merchant?.Split('+') is not [Merchant, .. var parts])
            return null;
        var knobs = new MerchantKnobs();
        return parts.All(part => knobs.Take(part.Split('=', 2))) ? knobs : null;
    }

    private bool Take(string[] knob)
    {
        switch (knob)
        {
            case ["request", "500" or "lost"]:
                _faults[ZibalCall.Request] = knob[1];
                return true;
            case ["verify", "500" or "lost"]:
                _faults[ZibalCall.Verify] = knob[1];
                return true;
            case ["inquiry", "500" or "lost"]:
                _faults[ZibalCall.Inquiry] = knob[1];
                return true;
            case ["already", "bare"]:
                return IsBare = true;
            case ["result", var value] when Number(value) is { } result && ZibalResult.IsKnown((int)result):
                Result = (int)result;
                return true;
            case ["status", var value] when Number(value) is { } status && Enum.IsDefined((ZibalStatus)status):
                Status = (ZibalStatus)status;
                return true;
            case ["wrong", var value] when Number(value) is { } rials:
                WrongBy = rials;
                return true;
            case ["times", var value] when Number(value) is { } times:
                Times = (int)times;
                return true;
            case ["slow", var value] when Milliseconds(value) is { } time:
                Slow = time;
                return true;
            case ["reverse", var value] when Milliseconds(value) is { } time:
                ReverseAfter = time;
                return true;
            // A name of one's own, so that two tests do not share a count.
            case ["id", _]:
                return true;
            default:
                return false;
        }
    }

    private static long? Number(string value) => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan? Milliseconds(string value) => value.EndsWith("ms", StringComparison.Ordinal) && Number(value[..^2]) is { } time ? TimeSpan.FromMilliseconds(time) : null;
}
