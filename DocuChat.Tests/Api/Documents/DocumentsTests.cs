using System.Text;
using DocuChat.Core.Documents;
using DocuChat.Tests.Infrastructure;
using DocuChat.Tests.Ingestion.Extraction;
using Npgsql;

namespace DocuChat.Tests.Api.Documents;

public sealed class DocumentsTests(ApiFixture factory) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Upload_ManyFiles_QueuesTheGoodAndRefusesTheRestByName()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        using var response = await client.UploadAsync(("notes.txt", "Some notes."u8.ToArray()), ("nothing.txt", []), ("noise.bin", [0, 1, 2, 3, 254, 255]));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var documents = (await response.JsonAsync()).GetProperty("documents").EnumerateArray().Select(each => (each.GetProperty("name").GetString(), each.GetProperty("status").GetString())).ToArray();
        Assert.Equal([("notes.txt", "queued"), ("nothing.txt", "refused"), ("noise.bin", "refused")], documents);
        Assert.Equal(1, (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Document_TellsWhatItsTextLacks()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(client, "scan.txt", "Some notes."u8.ToArray());
        Assert.Equal(0, (await client.GetJsonAsync($"api/v1/documents/{id}")).GetProperty("notes").GetArrayLength());
        await using var command = factory.Api.Database.Operator.CreateCommand("update documents set notes = array['Page 3 has no text.'] where id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(id) });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Page 3 has no text.", (await client.GetJsonAsync($"api/v1/documents/{id}")).GetProperty("notes")[0].GetString());
    }

    [Fact]
    public async Task Upload_StoresTheFileAndItsMessageTogether()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var content = Encoding.UTF8.GetBytes(new string('x', DocumentFilePart.PartBytes + 10));
        var before = await QueuedMessagesAsync(factory.Api.Database);
        var id = await UploadOneAsync(client, "long.txt", content);
        Assert.Equal(before + 1, await QueuedMessagesAsync(factory.Api.Database));
        Assert.Equal(content, await client.GetByteArrayAsync($"api/v1/documents/{id}/content", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Upload_TheSameBytesTwice_IsOneDocumentAndSaysSo()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(client, "one.txt", "The same."u8.ToArray());
        using var again = await client.UploadAsync(("two.txt", "The same."u8.ToArray()));
        var document = (await again.JsonAsync()).GetProperty("documents")[0];
        Assert.Equal(id, document.GetProperty("id").GetString());
        Assert.True(document.GetProperty("already_there").GetBoolean());
        Assert.Equal(1, (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Upload_OfAnArchive_AnswersForEachFileInIt()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var inner = ZipFiles.Of(("deep.txt", "deep"));
        var archive = ZipFiles.Of(
            ("folder/", []),
            ("folder/notes.txt", "Some notes."u8.ToArray()),
            ("../../etc/passwd.md", "# Named to lead out"u8.ToArray()),
            ("empty.txt", []),
            ("inner.zip", inner),
            ("__MACOSX/._notes.txt", [1, 2, 3]),
            ("again.txt", "Some notes."u8.ToArray())
        );
        using var response = await client.UploadAsync(("all.zip", archive), ("beside.txt", "Beside it."u8.ToArray()));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var documents = (await response.JsonAsync()).GetProperty("documents").EnumerateArray().ToArray();
        Assert.Equal(
            [("notes.txt", "queued"), ("passwd.md", "queued"), ("empty.txt", "refused"), ("inner.zip", "refused"), ("notes.txt", "queued"), ("beside.txt", "queued")],
            documents.Select(each => (each.GetProperty("name").GetString(), each.GetProperty("status").GetString()))
        );
        Assert.True(documents[4].GetProperty("already_there").GetBoolean());
        Assert.Contains("inside another archive", documents[3].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Upload_OfAnArchiveThatUnpacksToTooMuch_RefusesWhatIsTooMuch()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var bomb = ZipFiles.Of(("bomb.txt", new byte[DocumentFilePart.MaximumFileBytes + 1]), ("good.txt", "good"u8.ToArray()));
        using var response = await client.UploadAsync(("bomb.zip", bomb));
        var documents = (await response.JsonAsync()).GetProperty("documents").EnumerateArray().ToArray();
        Assert.Equal(["refused", "queued"], documents.Select(each => each.GetProperty("status").GetString()));
        Assert.Contains("larger than", documents[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty.txt", 0, HttpStatusCode.BadRequest)]
    [InlineData("large.txt", DocumentFilePart.MaximumFileBytes + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Upload_AFileOfABadSize_IsRefusedWithItsCauseAndNothingIsStored(string name, long bytes, HttpStatusCode status)
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var content = new byte[bytes];
        content.AsSpan().Fill((byte)'a');
        using var response = await client.UploadAsync((name, content));
        await response.AssertProblemAsync(status);
        Assert.Equal(0, (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Upload_AFileOfTheLargestSize_IsTaken()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var content = new byte[DocumentFilePart.MaximumFileBytes];
        content.AsSpan().Fill((byte)'b');
        await UploadOneAsync(client, "largest.txt", content);
    }

    [Fact]
    public async Task Upload_OfAnUnknownType_NamesTheTypesThatAreRead()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        using var response = await client.UploadAsync(("program.exe", "MZ\0\0\u0001"u8.ToArray()));
        var problem = await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("PDF", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_WithoutAFile_SaysHow()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        using var form = await client.PostAsync("api/v1/documents", new MultipartFormDataContent { { new StringContent("x"), "note" } }, TestContext.Current.CancellationToken);
        await form.AssertProblemAsync(HttpStatusCode.BadRequest);
        using var json = await client.PostJsonAsync("api/v1/documents", new { });
        await json.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task EveryCall_WithAnotherTenantsId_IsNotFound()
    {
        var (owner, _) = await factory.Api.RegisterAsync();
        var (stranger, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(owner, "secret.txt", "A secret."u8.ToArray());
        var token = TestContext.Current.CancellationToken;
        foreach (
            var response in new[]
            {
                await stranger.GetAsync($"api/v1/documents/{id}", token),
                await stranger.GetAsync($"api/v1/documents/{id}/content", token),
                await stranger.GetAsync($"api/v1/documents/{id}/text", token),
                await stranger.PostAsync($"api/v1/documents/{id}/cancel", null, token),
                await stranger.PostAsync($"api/v1/documents/{id}/reindex", null, token),
                await stranger.DeleteAsync($"api/v1/documents/{id}", token),
            }
        )
            await response.AssertProblemAsync(HttpStatusCode.NotFound);
        await owner.GetJsonAsync($"api/v1/documents/{id}");
    }

    [Fact]
    public async Task List_PageByPage_ShowsEachDocumentOnceNewestFirst()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var uploaded = new List<string>();
        for (var i = 0; i < 5; i++)
            uploaded.Add(await UploadOneAsync(client, $"{i}.txt", Encoding.UTF8.GetBytes($"Text {i}.")));
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"api/v1/documents?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(each => each.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);
        uploaded.Reverse();
        Assert.Equal(uploaded, listed);
    }

    [Fact]
    public async Task List_WithACursorThatIsNone_IsABadRequest()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        using var response = await client.GetAsync("api/v1/documents?cursor=nonsense", TestContext.Current.CancellationToken);
        await response.AssertProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Cancel_AQueuedDocument_EndsIt()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(client, "late.txt", "Too late."u8.ToArray());
        using var response = await client.PostAsync($"api/v1/documents/{id}/cancel", null, TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", (await response.JsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Delete_RemovesTheDocumentAndItsFile()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(client, "gone.txt", "Soon gone."u8.ToArray());
        using var response = await client.DeleteAsync($"api/v1/documents/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        using var afterwards = await client.GetAsync($"api/v1/documents/{id}", TestContext.Current.CancellationToken);
        await afterwards.AssertProblemAsync(HttpStatusCode.NotFound);
        await using var command = factory.Api.Database.Operator.CreateCommand("select count(*) from document_files where document_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = Guid.Parse(id) });
        Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Replace_WithNewContent_IsTheNextVersion()
    {
        var (client, _) = await factory.Api.RegisterAsync();
        var id = await UploadOneAsync(client, "plan.txt", "Plan A."u8.ToArray());
        using var form = new MultipartFormDataContent { { new ByteArrayContent("Plan B."u8.ToArray()), "files", "plan.txt" } };
        using var response = await client.PutAsync($"api/v1/documents/{id}/content", form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(2, (await response.JsonAsync()).GetProperty("version").GetInt32());
        Assert.Equal("Plan B.", await client.GetStringAsync($"api/v1/documents/{id}/content", TestContext.Current.CancellationToken));
    }

    private static async Task<string> UploadOneAsync(HttpClient client, string name, byte[] content)
    {
        using var response = await client.UploadAsync((name, content));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("documents")[0].GetProperty("id").GetString()!;
    }

    private static async Task<long> QueuedMessagesAsync(TestDatabase database)
    {
        await using var command = database.Owner.CreateCommand("select (select count(*) from wolverine.wolverine_queue_documents) + (select count(*) from wolverine.wolverine_outgoing_envelopes)");
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
