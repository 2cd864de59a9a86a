using Microsoft.Extensions.Options;

namespace DocuChat.Api.RateLimits;

/// <summary>How often what costs something, or could be guessed, may be called. Section <c>RateLimits</c>.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary><c>RateLimits:Questions</c>: chat and search.</summary>
    public CallerLimits Questions { get; set; } = new() { User = new(60, 20), Tenant = new(600, 200) };

    /// <summary><c>RateLimits:Uploads</c>: requests that bring documents or let them be processed again, each of many files.</summary>
    public CallerLimits Uploads { get; set; } = new() { User = new(60, 100), Tenant = new(600, 500) };

    /// <summary><c>RateLimits:SignIns</c>: sign-in and registration, by the caller's address, so that trying passwords takes years.</summary>
    public AddressLimits SignIns { get; set; } = new() { Address = new(10, 20) };

    internal IEnumerable<(string Key, Rate Rate)> All() =>
        [
            ("Questions:User", Questions.User),
            ("Questions:Tenant", Questions.Tenant),
            ("Uploads:User", Uploads.User),
            ("Uploads:Tenant", Uploads.Tenant),
            ("SignIns:Address", SignIns.Address),
        ];
}

/// <summary>Limits of one person, and of all persons and programs of a tenant together.</summary>
internal sealed class CallerLimits
{
    public required Rate User { get; set; }

    public required Rate Tenant { get; set; }
}

/// <summary>Limits of one address.</summary>
internal sealed class AddressLimits
{
    public required Rate Address { get; set; }
}

/// <summary>A token bucket: it holds <see cref="Burst"/> calls and gets <see cref="PerMinute"/> back a minute, evenly.</summary>
internal sealed class Rate
{
    public Rate() { }

    public Rate(int perMinute, int burst) => (PerMinute, Burst) = (perMinute, burst);

    public int PerMinute { get; set; }

    public int Burst { get; set; }

    /// <summary>Time in which one call comes back.</summary>
    public TimeSpan Interval => TimeSpan.FromMinutes(1) / PerMinute;
}

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    /// <summary>So many are no limit, and still whole microseconds apart.</summary>
    private const int Most = 10_000_000;

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var wrong = options
            .All()
            .SelectMany(limit => (IEnumerable<(string Key, int Value)>)[($"{limit.Key}:PerMinute", limit.Rate.PerMinute), ($"{limit.Key}:Burst", limit.Rate.Burst)])
            .Where(setting => setting.Value is < 1 or > Most)
            .Select(setting => FormattableString.Invariant($"{RateLimitOptions.Section}:{setting.Key} is {setting.Value}: it must be from 1 to {Most}."))
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
