using DocuChat.Core.Models;
using DocuChat.Core.Persistence;
using DocuChat.Ingestion.Processing;
using DocuChat.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPersistence(DatabaseRole.App);
builder.AddRedisClient("redis");
builder.AddModels();
builder.AddIngestion();

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
