using DocuChat.Api;
using DocuChat.Api.ApiKeys;
using DocuChat.Api.Auth;
using DocuChat.Api.Documents;
using DocuChat.Api.Http;
using DocuChat.Api.Members;
using DocuChat.Core.Persistence;
using DocuChat.ServiceDefaults;

if (args is ["migrate"])
    return await MigrateCommand.RunAsync(args, CancellationToken.None);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPersistence(DatabaseRole.App);
builder.AddHttpContract();
builder.AddAuth();
builder.AddDocuments();

var app = builder.Build();
app.UseHttpContract();
app.MapDefaultEndpoints();
app.UseAuth();
app.UseIdempotency();

var api = app.MapGroup("/api/v1");
api.MapHealthEndpoints("");
api.MapAuthApi();
api.MapMembersApi();
api.MapApiKeysApi();
api.MapDocumentsApi();

await app.RunAsync();
return 0;
