using DocuChat.Billing;
using DocuChat.Billing.Commands;
using DocuChat.ServiceDefaults;

// `run`, `verify`, …: a command and its end. Nothing, or only settings: the worker.
if (BillingCommands.IsCommand(args))
    return await BillingCommands.InvokeAsync(args, Console.Out);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddBilling();
builder.AddBillingWorker();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
return 0;
