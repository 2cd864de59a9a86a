using DocuChat.Sandbox.Answers;
using DocuChat.Sandbox.Embeddings;
using DocuChat.Sandbox.OpenAi;
using DocuChat.Sandbox.Zibal;
using DocuChat.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEmbeddings();
builder.AddAnswers();
builder.AddOpenAi();
builder.AddZibal();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapOpenAi();
app.MapZibal();
app.Run();
