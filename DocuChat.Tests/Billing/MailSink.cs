using System.Buffers;
using System.Collections.Concurrent;
using DocuChat.Tests.Infrastructure;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace DocuChat.Tests.Billing;

/// <summary>A real SMTP server that keeps what it gets, and can be told to fail.</summary>
internal sealed class MailSink : MessageStore, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public int Port { get; private init; }

    public string Url => $"smtp://127.0.0.1:{Port}";

    public ConcurrentQueue<MimeMessage> Messages { get; } = new();

    /// <summary>What it answers instead of taking a message, and how often.</summary>
    public ConcurrentQueue<SmtpResponse> Answers { get; } = new();

    public static MailSink Start(int? port = null)
    {
        var sink = new MailSink { Port = port ?? Ports.Free() };
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add(sink);
        var server = new SmtpServer.SmtpServer(new SmtpServerOptionsBuilder().ServerName("sink").Port(sink.Port).Build(), services);
        sink._running = server.StartAsync(sink._stop.Token);
        return sink;
    }

    public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        if (Answers.TryDequeue(out var answer) && (int)answer.ReplyCode != 250)
            return answer;
        using var stream = new MemoryStream(buffer.ToArray());
        Messages.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
        // The message is kept, and whoever sent it may not hear of it.
        return answer is { Message: "lost" } ? throw new IOException("lost") : SmtpResponse.Ok;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
