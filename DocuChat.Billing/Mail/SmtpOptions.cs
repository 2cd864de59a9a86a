using MailKit.Security;
using Microsoft.Extensions.Options;

namespace DocuChat.Billing.Mail;

/// <summary>The mail server, from <c>SMTP_URL</c>: <c>smtp://user:password@host:587</c> (STARTTLS where offered) or <c>smtps://host:465</c>.</summary>
internal sealed class SmtpOptions
{
    /// <summary>Null for no mail server: the outbox then keeps everything.</summary>
    public Uri? Url { get; set; }

    /// <summary>From <c>SMTP_FROM</c>.</summary>
    public string From { get; set; } = "DocuChat <no-reply@docuchat.local>";

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the outbox is looked at.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    public int Port => Url is { Port: > 0 } url ? url.Port : Url?.Scheme == "smtps" ? 465 : 587;

    public SecureSocketOptions Security => Url?.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable;
}

internal sealed class SmtpOptionsValidator : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options) =>
        options.Url is { Scheme: not ("smtp" or "smtps") } ? ValidateOptionsResult.Fail("SMTP_URL is no mail server: give smtp://user:password@host:587 or smtps://host:465.")
        : MimeKit.MailboxAddress.TryParse(options.From, out _) ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("SMTP_FROM is no address: give one such as \"DocuChat <billing@example.org>\".");
}
