using DocuChat.Ingestion.Extraction.Processes;
using DocuChat.Ingestion.Processing;
using DocuChat.ServiceDefaults;
using JasperFx;

// A child of the worker, which reads files for it.
if (args is [ExtractionChild.Command])
    return await ExtractionChild.RunAsync();

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
