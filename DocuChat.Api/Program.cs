using DocuChat.Api;
using DocuChat.Api.Auth;
using DocuChat.Api.Billing;
using DocuChat.Api.Documents;
using DocuChat.Api.Http;
using DocuChat.Api.Mcp;
using DocuChat.Api.RateLimits;
using DocuChat.Api.Search;
using DocuChat.Core.Conversations;
using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.ServiceDefaults;

if (args is ["migrate"])
    return await MigrateCommand.RunAsync(args, CancellationToken.None);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPersistence(DatabaseRole.App);
builder.AddHttpContract();
builder.AddAuth();
builder.AddRateLimits();
builder.AddDocuments();
builder.AddModels();
builder.AddBilling();
builder.AddRetrieval();
builder.AddConversations();
builder.AddSearch();
builder.AddMcpApi();

var app = builder.Build();
app.UseTrustedProxies();
app.UseHttpContract();
app.MapDefaultEndpoints();
app.UseAuth();
app.UseRateLimiter();
app.UseIdempotency();
app.MapApi();

await app.RunAsync();
return 0;
