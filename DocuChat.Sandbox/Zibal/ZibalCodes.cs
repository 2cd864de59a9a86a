namespace DocuChat.Sandbox.Zibal;

/// <summary>Zibal's <c>result</c> of a call. HTTP is 200 whatever it says.</summary>
internal static class ZibalResult
{
    public const int Ok = 100;
    public const int MerchantUnknown = 102;
    public const int AmountTooSmall = 105;
    public const int CallbackInvalid = 106;
    public const int PercentModeInvalid = 107;
    public const int SharesDoNotAddUp = 111;
    public const int AmountTooLarge = 113;
    public const int NationalCodeInvalid = 114;
    public const int FeeModeInvalid = 116;
    public const int AlreadyVerified = 201;
    public const int NotPaid = 202;
    public const int TrackIdInvalid = 203;

    private static readonly Dictionary<int, string> _messages = new()
    {
        [Ok] = "success",
        [MerchantUnknown] = "merchant not found",
        [103] = "merchant is inactive",
        [104] = "merchant is invalid",
        [AmountTooSmall] = "amount must be greater than 1000",
        [CallbackInvalid] = "callbackUrl is invalid",
        [PercentModeInvalid] = "percentMode is invalid",
        [108] = "a beneficiary of multiplexingInfos is invalid",
        [109] = "a beneficiary of multiplexingInfos is inactive",
        [110] = "multiplexingInfos has no share of the merchant",
        [SharesDoNotAddUp] = "amount is not the sum of multiplexingInfos",
        [112] = "the fee wallet is short",
        [AmountTooLarge] = "amount is over the cap",
        [NationalCodeInvalid] = "nationalCode is invalid",
        [115] = "this IP is not registered",
        [FeeModeInvalid] = "feeMode is invalid",
        [AlreadyVerified] = "already verified",
        [NotPaid] = "not paid or failed",
        [TrackIdInvalid] = "trackId is invalid",
    };

    public static string MessageOf(int result) => _messages.GetValueOrDefault(result, "error");

    public static bool IsKnown(int result) => _messages.ContainsKey(result);
}

/// <summary>Zibal's <c>status</c> of a payment.</summary>
internal enum ZibalStatus
{
    InternalError = -2,
    Waiting = -1,
    PaidAndVerified = 1,
    PaidNotVerified = 2,
    Cancelled = 3,
    BadCard = 4,
    NoFunds = 5,
    WrongPin = 6,
    TooManyRequests = 7,
    DailyCountReached = 8,
    DailyAmountReached = 9,
    BadIssuer = 10,
    SwitchError = 11,
    CardUnreachable = 12,
    Refunded = 15,
    Refunding = 16,
    Reversed = 18,
    BadMerchant = 21,
}
