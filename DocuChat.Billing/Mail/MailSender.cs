using DocuChat.Billing.Sweeps;
using DocuChat.Core.Notifications;
using DocuChat.Core.Persistence;
using MailKit;
using MailKit.Net.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;

namespace DocuChat.Billing.Mail;

/// <summary>
/// Sends the outbox, each e-mail at least once. A sender takes some for a while; one that dies leaves them to the next. A repeat bears the same
/// Message-Id. While the mail server is away everything waits, and is tried again at growing distances.
/// </summary>
internal sealed class MailSender(IServiceScopeFactory scopes, IOptions<SmtpOptions> options, TimeProvider time, ILogger<MailSender> logger) : Sweep(options.Value.Interval, time, logger)
{
    private const int Batch = 20;

    /// <summary>A server that refuses an address for good is believed after so many times.</summary>
    private const int Refusals = 5;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private readonly SmtpOptions _options = options.Value;

    public override async Task OnceAsync(CancellationToken cancellationToken)
    {
        if (_options.Url is null)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DocuChatDbContext>();
        while (await TakeAsync(database, cancellationToken) is { Count: > 0 } taken)
        {
            await SendAsync(database, taken, cancellationToken);
            if (taken.Count < Batch)
                return;
            database.ChangeTracker.Clear();
        }
    }

    private Task<List<Notification>> TakeAsync(DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        return database
            .Notifications.FromSql(
                $"""
                update notifications set due_at = {now + Lease}, attempts = attempts + 1
                where id in (
                    select id from notifications
                    where sent_at is null and failed_at is null and due_at <= {now}
                    order by due_at limit {Batch}
                    for update skip locked)
                returning *
                """
            )
            .ToListAsync(cancellationToken);
    }

    private async Task SendAsync(DocuChatDbContext database, IReadOnlyList<Notification> taken, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { Timeout = (int)_options.Timeout.TotalMilliseconds };
        try
        {
            await ConnectAsync(client, cancellationToken);
            foreach (var notification in taken)
            {
                await SendAsync(client, notification, cancellationToken);
                // One by one: what was accepted is never sent again because of what came after it.
                await database.SaveChangesAsync(cancellationToken);
            }
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception failure) when (IsTrouble(failure, cancellationToken))
        {
            foreach (var notification in taken.Where(notification => notification.SentAt is null && notification.FailedAt is null))
                Postpone(notification, failure);
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        var url = _options.Url!;
        await client.ConnectAsync(url.Host, _options.Port, _options.Security, cancellationToken);
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, var password])
            await client.AuthenticateAsync(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password), cancellationToken);
    }

    private async Task SendAsync(SmtpClient client, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            using var message = ToMessage(notification);
            await client.SendAsync(message, cancellationToken);
            (notification.SentAt, notification.Error) = (Time.GetUtcNow(), null);
            if (Outbox.IsSecret(notification.Kind))
                (notification.Text, notification.Html) = ("", "");
        }
        catch (SmtpCommandException refusal) when ((int)refusal.StatusCode >= 500 && notification.Attempts >= Refusals)
        {
            (notification.FailedAt, notification.Error) = (Time.GetUtcNow(), $"refused with {(int)refusal.StatusCode}");
            Log.MailNotSent(logger, notification.Id, notification.Kind, notification.Attempts, notification.Error);
        }
        catch (SmtpCommandException refusal) when (refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            // This one's trouble, not the others'.
            Postpone(notification, refusal);
        }
        catch (ParseException unreadable)
        {
            (notification.FailedAt, notification.Error) = (Time.GetUtcNow(), "the address cannot be read");
            Log.MailNotSent(logger, notification.Id, notification.Kind, notification.Attempts, unreadable.GetType().Name);
        }
    }

    private MimeMessage ToMessage(Notification notification)
    {
        var message = new MimeMessage();
        var from = MailboxAddress.Parse(_options.From);
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(notification.Recipient));
        message.Subject = notification.Subject;
        message.Date = notification.CreatedAt;
        message.MessageId = $"{notification.Id:n}@{from.Domain}";
        // Out-of-office replies to an invoice help nobody (RFC 3834, section 5).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new BodyBuilder { TextBody = notification.Text, HtmlBody = notification.Html }.ToMessageBody();
        return message;
    }

    private void Postpone(Notification notification, Exception failure)
    {
        var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(notification.Attempts, 20))));
        notification.DueAt = Time.GetUtcNow() + wait;
        // A server's text may repeat the address; its number and our own words do not.
        notification.Error = failure is SmtpCommandException refusal ? $"refused with {(int)refusal.StatusCode}" : failure.GetType().Name;
        Log.MailNotSent(logger, notification.Id, notification.Kind, notification.Attempts, notification.Error);
    }

    private static bool IsTrouble(Exception failure, CancellationToken cancellationToken) =>
        failure is IOException or System.Net.Sockets.SocketException or CommandException or ProtocolException or MailKit.Security.AuthenticationException or MailKit.Security.SslHandshakeException or TimeoutException or ServiceNotConnectedException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
