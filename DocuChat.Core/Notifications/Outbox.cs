namespace DocuChat.Core.Notifications;

/// <summary>Makes the rows of the e-mail outbox. The caller adds them to the context of the transaction that they tell of.</summary>
public static class Outbox
{
    /// <summary>A code to sign in with.</summary>
    public const string SignInCodeKind = "sign-in-code";

    /// <summary>An invitation with its link.</summary>
    public const string InvitationKind = "invitation";

    /// <summary>Whether an e-mail holds something that opens a door: then its words are forgotten once it is sent.</summary>
    public static bool IsSecret(string kind) => kind is SignInCodeKind or InvitationKind;

    /// <summary>An e-mail to one address, due at once.</summary>
    /// <param name="tenantId">The tenant that it is about.</param>
    /// <param name="kind">What it is, e.g. <c>invoice</c>.</param>
    /// <param name="subjectId">What it is about; with the kind and the address it makes the key that a second one may not have.</param>
    /// <param name="recipient">The address.</param>
    /// <param name="subject">Its subject line.</param>
    /// <param name="text">Its text.</param>
    /// <param name="html">The same as a whole HTML page.</param>
    /// <param name="now">The time.</param>
    public static Notification Mail(Guid tenantId, string kind, string subjectId, string recipient, string subject, string text, string html, DateTimeOffset now) =>
        new()
        {
            TenantId = tenantId,
            Kind = kind,
            Key = $"{kind}/{subjectId}/{recipient}",
            Recipient = recipient,
            Subject = subject,
            Text = text,
            Html = html,
            CreatedAt = now,
            DueAt = now,
        };
}
