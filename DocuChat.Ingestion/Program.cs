using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Ingestion.Processing;
using DocuChat.ServiceDefaults;
using JasperFx;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPersistence(DatabaseRole.App);
builder.AddRedisClient("redis");
builder.AddModels();
builder.AddIndexMaintenance();
builder.AddIngestion();

var app = builder.Build();
app.MapDefaultEndpoints();

// `codegen write` makes the code of Wolverine's handlers anew, when one of them changes.
if (args is ["codegen", ..])
    return await app.RunJasperFxCommands(args);

await app.RunAsync();
return 0;
