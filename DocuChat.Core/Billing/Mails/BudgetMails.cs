using System.Globalization;
using DocuChat.Core.Notifications;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Billing.Mails;

/// <summary>Writes the e-mails about a tenant's budget into the outbox, for each owner, in the caller's transaction. Once a month for each limit, whoever asks again.</summary>
public sealed class BudgetMails(IOptions<BillingOptions> options, TimeProvider time)
{
    /// <summary>Tells the owners that most of the budget is used (<see cref="BudgetState.Warning"/>), or all of it (<see cref="BudgetState.Exhausted"/>).</summary>
    /// <returns>How many people get it.</returns>
    public async Task<int> QueueAsync(DocuChatDbContext database, Guid tenantId, BudgetMonth month, CancellationToken cancellationToken)
    {
        var tenant = await database.Tenants.AsNoTracking().SingleAsync(row => row.Id == tenantId, cancellationToken);
        var owners = await database
            .Memberships.Where(membership => membership.TenantId == tenantId && membership.Role == MemberRole.Owner)
            .Select(membership => membership.User!.Email!)
            .ToListAsync(cancellationToken);
        var (title, text, html) = Write(tenant, month);
        var kind = month.State == BudgetState.Exhausted ? "budget-exhausted" : "budget-warning";
        var subject = string.Create(CultureInfo.InvariantCulture, $"{month.Month:yyyy-MM}/{month.Limit:0.######}-{month.Unit}");
        var mails = owners.ConvertAll(owner => Outbox.Mail(tenantId, kind, subject, owner, title, text, html, time.GetUtcNow()));
        var keys = mails.ConvertAll(mail => mail.Key);
        var known = await database.Notifications.Where(row => row.TenantId == tenantId && keys.Contains(row.Key)).Select(row => row.Key).ToListAsync(cancellationToken);
        mails.RemoveAll(mail => known.Contains(mail.Key));
        database.Notifications.AddRange(mails);
        return mails.Count;
    }

    private (string Subject, string Text, string Html) Write(Tenant tenant, BudgetMonth month)
    {
        var words = BillingText.Of(tenant.Language);
        string Amount(decimal amount) => month.Unit == BudgetUnit.Tomans ? words.Tomans(decimal.Round(amount, 1, MidpointRounding.ToZero)) : words.TokenAmount(amount);
        var (subject, introduction) =
            month.State == BudgetState.Exhausted
                ? (words.BudgetExhaustedSubject, words.BudgetExhaustedIntroduction)
                : (words.BudgetWarningSubject(decimal.Floor(month.Percent)), words.BudgetWarningIntroduction);
        IReadOnlyList<(string Name, string Value)> facts =
        [
            (words.Budget, Amount(month.Limit)),
            (words.BudgetUsed, Amount(month.Used)),
            (words.BudgetResets, words.Moment(month.ResetsAt, TimeZoneInfo.FindSystemTimeZoneById(month.TimeZone))),
        ];
        // Where the budget is seen, and by who may, raised.
        var page = options.Value.WebUrl is { } web ? new Uri(web, "/usage") : null;
        var greeting = words.Greeting(tenant.Name);
        var lines = string.Concat(facts.Select(fact => $"{fact.Name}: {fact.Value}\n"));
        var rows = string.Concat(facts.Select(fact => $"<p>{MailPage.Encoded(fact.Name)}: <strong><bdi>{MailPage.Encoded(fact.Value)}</bdi></strong></p>"));
        return (
            subject,
            $"{greeting}\n\n{introduction}\n\n{lines}{(page is null ? "" : $"\n{words.ToBudget}: {page}\n")}\nDocuChat\n",
            MailPage.Of(words.Language, subject, $"<p>{MailPage.Encoded(greeting)}</p><p>{MailPage.Encoded(introduction)}</p>{rows}{(page is null ? "" : MailPage.Button(page, words.ToBudget))}")
        );
    }
}
