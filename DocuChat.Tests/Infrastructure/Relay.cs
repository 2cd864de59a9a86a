using System.Net;
using System.Net.Sockets;

namespace DocuChat.Tests.Infrastructure;

/// <summary>Stands between a service and a server that tests share, so that one test can take the server from that service alone.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly Task _accepting;

    /// <param name="port">Where the server listens on the loopback address.</param>
    public Relay(int port)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(port);
    }

    /// <summary>Where the service is to find the server.</summary>
    public int Port { get; }

    /// <summary>The server is gone: every connection breaks, and a new one is refused.</summary>
    public async Task CutAsync()
    {
        _listener.Stop();
        await _cut.CancelAsync();
        await _accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _cut.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        var carrying = new List<Task>();
        try
        {
            while (true)
                carrying.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_cut.Token), port));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(TcpClient accepted, int port)
    {
        using var service = accepted;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, port, _cut.Token);
            await Task.WhenAny(service.GetStream().CopyToAsync(server.GetStream(), _cut.Token), server.GetStream().CopyToAsync(service.GetStream(), _cut.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException) { }
    }
}
