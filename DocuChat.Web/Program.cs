using DocuChat.ServiceDefaults;
using DocuChat.Web.Api;
using DocuChat.Web.Layout;
using DocuChat.Web.Localization;
using DocuChat.Web.Session;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSessions();
builder.AddApiClients();
builder.AddTexts();
builder.AddPages();

var app = builder.Build();
app.UseTexts();
app.UsePages();
app.MapDefaultEndpoints();
app.MapSessionApi();
app.MapTextsApi();
app.MapPages();
app.Run();
