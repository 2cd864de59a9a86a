using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace DocuChat.Api.Auth;

/// <summary>
/// Codes that sign a user in once, in place of a password. A user has one at a time, for ten minutes and five tries; Redis keeps it as a keyed hash, so that whoever
/// reads Redis cannot use it.
/// </summary>
internal sealed class SignInCodes(IConnectionMultiplexer redis, IOptions<AuthOptions> options)
{
    public const int Digits = 6;
    private const int Tries = 5;
    private static readonly TimeSpan BetweenTwo = TimeSpan.FromMinutes(1);

    // In one step, so that parallel guesses are counted one by one and a code opens once.
    private const string Redeem = """
        local kept = redis.call('get', KEYS[1])
        if not kept then return 0 end
        if kept == ARGV[1] then
            redis.call('del', KEYS[1], KEYS[2])
            return 1
        end
        if redis.call('incr', KEYS[2]) >= tonumber(ARGV[2]) then redis.call('del', KEYS[1], KEYS[2]) end
        return 0
        """;

    public TimeSpan Lifetime => options.Value.SignInCodeLifetime;

    /// <summary>A new code, which ends the former one; null when one was made within the last minute.</summary>
    public async Task<string?> CreateAsync(Guid userId)
    {
        var database = redis.GetDatabase();
        if (!await database.StringSetAsync($"sign-in-code:{userId}:made", "", BetweenTwo, When.NotExists))
            return null;
        var code = RandomNumberGenerator.GetInt32((int)Math.Pow(10, Digits)).ToString($"D{Digits}", CultureInfo.InvariantCulture);
        var transaction = database.CreateTransaction();
        _ = transaction.StringSetAsync(Code(userId), Hash(userId, code), Lifetime);
        _ = transaction.StringSetAsync(Failures(userId), 0, Lifetime);
        await transaction.ExecuteAsync();
        return code;
    }

    /// <summary>Whether the code is this user's; it is used up by that. It may be typed in Persian digits, and with spaces.</summary>
    public async Task<bool> RedeemAsync(Guid userId, string code)
    {
        var digits = string.Concat(code.Where(char.IsDigit).Select(digit => (int)char.GetNumericValue(digit)));
        return (int)await redis.GetDatabase().ScriptEvaluateAsync(Redeem, [Code(userId), Failures(userId)], [Hash(userId, digits), Tries]) == 1;
    }

    // The braces keep both keys of a user in one slot of a cluster.
    private static RedisKey Code(Guid userId) => $"sign-in-code:{{{userId}}}";

    private static RedisKey Failures(Guid userId) => $"sign-in-code:{{{userId}}}:failures";

    private string Hash(Guid userId, string code) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Secret), Encoding.UTF8.GetBytes($"sign-in-code/{userId}/{code}")));
}
