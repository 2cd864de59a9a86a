using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Web.StandIn;

/// <summary>
/// An Api for the Web to talk to: real HTTP, real server-sent events, the contract's shapes, and knobs for what the real one does only on a bad
/// day. It keeps everything in memory.
/// </summary>
public sealed class StandInApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInApi(WebApplication app) => _app = app;

    internal StandInAccounts Accounts { get; } = new();
    internal StandInDocuments Documents { get; } = new();
    internal StandInChat Chat { get; private set; } = default!;
    internal StandInBilling Billing { get; } = new();
    internal StandInTenant Tenant { get; } = new();

    /// <summary>Answers every call with 503 and no problem, as a gateway before a dead Api does.</summary>
    public bool Down { get; set; }

    /// <summary>The month's tokens by model; empty makes an empty usage page.</summary>
    internal bool HasUsage { get; set; } = true;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<StandInApi> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        });
        var app = builder.Build();
        var standIn = new StandInApi(app);
        standIn.Chat = new StandInChat(standIn.Documents);
        app.Use(standIn.GuardAsync);
        var api = app.MapGroup("/api/v1");
        standIn.Accounts.Map(api);
        standIn.Documents.Map(api);
        standIn.Chat.Map(api);
        standIn.Billing.Map(api);
        standIn.Tenant.Map(api);
        StandInUsage.Map(api, standIn);
        await app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>A problem as the Api words one.</summary>
    internal static IResult Problem(int status, string title, string detail) =>
        Results.Problem(statusCode: status, title: title, detail: detail, extensions: new Dictionary<string, object?> { ["traceId"] = "0af7651916cd43dd8448eb211c80319c" });

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (Down)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }
        if (context.Request.Path.StartsWithSegments("/api/v1/gateway") || context.Request.Path.StartsWithSegments("/api/v1/invitations/accept") || context.Request.Path.StartsWithSegments("/api/v1/auth") && !context.Request.Path.Value!.EndsWith("/me", StringComparison.Ordinal))
            return next(context);
        if (Accounts.Accepts(context.Request.Headers.Authorization.ToString()))
            return context.Request.Path.StartsWithSegments("/api/v1/invoices") && !Accounts.IsAdministrator(context)
                ? Problem(403, "Your role does not allow this.", "Ask an administrator.").ExecuteAsync(context)
                : next(context);
        return Problem(401, "The access token is not valid.", "Refresh it.").ExecuteAsync(context);
    }
}

/// <summary>Writes server-sent events.</summary>
internal sealed class EventWriter(HttpContext context)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public void Begin()
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    public async Task WriteAsync(string name, object data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, Json)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
