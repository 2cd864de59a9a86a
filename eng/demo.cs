// The demo tenant, from a terminal, over the public API alone:
//   dotnet run eng/demo.cs -- seed FOLDER    makes demo-corp on the first run, uploads the folder's documents, waits until they are ready
//   dotnet run eng/demo.cs -- ask            asks three questions and prints the streamed answers with their citations
// The address comes from DOCUCHAT_API (default http://localhost:8000).
#:property PublishAot=false
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

const string Email = "demo@demo-corp.example";
const string Password = "demo-password";
const string Organization = "demo-corp";
string[] questions = ["How many days of paid leave does an employee have a year?", "مرخصی زایمان چند ماه است؟", "Who do I call when the payment terminal is offline?"];

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var address = Environment.GetEnvironmentVariable("DOCUCHAT_API") ?? "http://localhost:8000";
using var http = new HttpClient { BaseAddress = new Uri($"{address.TrimEnd('/')}/api/v1/"), Timeout = TimeSpan.FromMinutes(5) };
try
{
    return args switch
    {
        ["seed", var folder] => await SeedAsync(folder, stop.Token),
        ["ask"] => await AskAllAsync(stop.Token),
        _ => Usage(),
    };
}
catch (HttpRequestException exception)
{
    Console.Error.WriteLine($"{address} does not answer as it should ({exception.Message}). Is DocuChat running? Start it with: make up");
    return 1;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run eng/demo.cs -- seed FOLDER | ask");
    return 2;
}

async Task<int> SeedAsync(string folder, CancellationToken token)
{
    using var registered = await http.PostAsJsonAsync("auth/register", new { email = Email, password = Password, full_name = "Demo User", organization = Organization }, token);
    if (registered.StatusCode != HttpStatusCode.Conflict)
        registered.EnsureSuccessStatusCode();
    await SignInAsync(token);

    // Uploading the same bytes again is harmless: one document stays one.
    using var form = new MultipartFormDataContent();
    foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(file, token)), "files", Path.GetFileName(file));
    using var uploaded = await http.PostAsync("documents", form, token);
    uploaded.EnsureSuccessStatusCode();

    while (true)
    {
        var documents = (await http.GetFromJsonAsync<JsonNode>("documents?limit=200", token))!["items"]!.AsArray();
        var failed = documents.FirstOrDefault(document => (string?)document!["status"] is "failed" or "cancelled");
        if (failed is not null)
        {
            Console.Error.WriteLine($"{failed["name"]}: {failed["error"]}");
            return 1;
        }
        if (documents.All(document => (string?)document!["status"] == "ready"))
        {
            Console.WriteLine($"demo-corp has {documents.Count} documents, {documents.Sum(document => (int)document!["chunks"]!)} chunks.");
            return 0;
        }
        await Task.Delay(TimeSpan.FromMilliseconds(250), token);
    }
}

async Task<int> AskAllAsync(CancellationToken token)
{
    await SignInAsync(token);
    var answered = true;
    foreach (var question in questions)
        answered &= await AskAsync(question, token);
    return answered ? 0 : 1;
}

async Task<bool> AskAsync(string question, CancellationToken token)
{
    Console.WriteLine($"\n? {question}\n");
    using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(new { message = question, stream = true }) };
    request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
    using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
    response.EnsureSuccessStatusCode();
    using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(token));
    var name = "";
    while (await reader.ReadLineAsync(token) is { } line)
    {
        if (line.StartsWith("event:", StringComparison.Ordinal))
            name = line[6..].Trim();
        else if (line.StartsWith("data:", StringComparison.Ordinal))
        {
            var data = JsonNode.Parse(line[5..])!;
            if (name == "delta")
                Console.Write((string?)data["text"]);
            else if (name == "error")
            {
                Console.Error.WriteLine($"\n  {data["title"]} {data["detail"]}");
                return false;
            }
            else if (name == "done")
                return PrintReceipt(data);
        }
    }
    Console.Error.WriteLine("\n  The stream ended early.");
    return false;
}

static bool PrintReceipt(JsonNode done)
{
    Console.WriteLine();
    var citations = done["citations"]!.AsArray();
    foreach (var citation in citations)
        Console.WriteLine($"  [{citation!["n"]}] {citation["document_name"]}{(citation["page"] is { } page ? $", page {page}" : "")}: {((string)citation["quote"]!).ReplaceLineEndings(" ")}");
    var receipt = done["receipt"]!;
    Console.WriteLine($"  {receipt["model"]}, {receipt["tokens_in"]} tokens in, {receipt["tokens_out"]} out, {receipt["cost_tomans"]} Tomans, {(double)receipt["seconds"]!:0.00} s");
    return citations.Count > 0;
}

async Task SignInAsync(CancellationToken token)
{
    using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = Email, ["password"] = Password });
    using var response = await http.PostAsync("auth/login", form, token);
    response.EnsureSuccessStatusCode();
    var tokens = await response.Content.ReadFromJsonAsync<JsonElement>(token);
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
}
