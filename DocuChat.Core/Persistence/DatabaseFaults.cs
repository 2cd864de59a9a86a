using Npgsql;

namespace DocuChat.Core.Persistence;

/// <summary>Tells a database that is away from a mistake of ours.</summary>
public static class DatabaseFaults
{
    /// <summary>Whether the database cannot be reached, goes down or has no room just now, so that trying again later may help. EF Core hides that in exceptions of its own.</summary>
    public static bool IsAway(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is NpgsqlException { IsTransient: true })
                return true;
        }
        return false;
    }
}
