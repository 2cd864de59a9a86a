using DocuChat.Sandbox.Answers;
using DocuChat.Sandbox.Embeddings;
using DocuChat.Sandbox.OpenAi;
using DocuChat.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEmbeddings();
builder.AddAnswers();
builder.AddOpenAi();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapOpenAi();
app.Run();
