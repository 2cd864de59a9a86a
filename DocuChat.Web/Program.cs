using DocuChat.ServiceDefaults;
using DocuChat.Web.Api;
using DocuChat.Web.Chat;
using DocuChat.Web.Documents;
using DocuChat.Web.Layout;
using DocuChat.Web.Localization;
using DocuChat.Web.Session;
using DocuChat.Web.Usage;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSessions();
builder.AddApiClients();
builder.AddChat();
builder.AddDocuments();
builder.AddUsage();
builder.AddTexts();
builder.AddPages();

var app = builder.Build();
app.UseTrustedProxies();
app.UseTexts();
app.UsePages();
app.MapDefaultEndpoints();
app.MapSessionApi();
app.MapTextsApi();
app.MapUploads();
app.MapPages();
app.Run();
