using Microsoft.Extensions.Options;

namespace DocuChat.Core.Billing.Payments;

/// <summary>Where the gateway is and who we are to it.</summary>
public sealed class ZibalOptions
{
    /// <summary>Zibal's own address.</summary>
    public static readonly Uri Production = new("https://gateway.zibal.ir");

    /// <summary>Our merchant key. From <c>ZIBAL_API_KEY</c>; the sandbox's is <c>zibal</c>.</summary>
    public string Merchant { get; set; } = "";

    /// <summary>From <c>ZIBAL_BASE_URL</c>: Zibal's address, or a stand-in's.</summary>
    public Uri BaseUrl { get; set; } = Production;

    /// <summary>Where a payer's browser reaches the gateway, where that is another address than ours. From <c>ZIBAL_PAGE_URL</c>.</summary>
    public Uri? PageUrl { get; set; }

    /// <summary>Longest that one call may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The page of a payment.</summary>
    public Uri PageOf(long trackId) => new($"{(PageUrl ?? BaseUrl).ToString().TrimEnd('/')}/start/{trackId}");
}

internal sealed class ZibalOptionsValidator : IValidateOptions<ZibalOptions>
{
    public ValidateOptionsResult Validate(string? name, ZibalOptions options) =>
        options.Merchant.Length == 0 && options.BaseUrl == ZibalOptions.Production
            // Without a key nobody can pay, and everything else works: this is said when somebody tries to.
            ? ValidateOptionsResult.Success
        : options.BaseUrl.Scheme is "http" or "https" ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("ZIBAL_BASE_URL is no HTTP address: give https://gateway.zibal.ir, or unset it.");
}
