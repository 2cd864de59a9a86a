using DocuChat.Ingestion.Processing;
using DocuChat.ServiceDefaults;
using JasperFx;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddIngestion();

var app = builder.Build();
app.MapDefaultEndpoints();

// `codegen write` makes the code of Wolverine's handlers anew, when one of them changes.
if (args is ["codegen", ..])
    return await app.RunJasperFxCommands(args);

await app.RunAsync();
return 0;
