using System.Net;
using System.Text.Json;
using DocuChat.Web.Api;

namespace DocuChat.Web.Documents;

/// <summary>A file on its way to the Api.</summary>
public sealed class Upload(string key, string name, long bytes)
{
    public string Key { get; } = key;
    public string Name { get; } = name;
    public long Bytes { get; } = bytes;
    public int Percent { get; set; }

    /// <summary>Why it was not taken: the Api's words, or the name of a text of ours.</summary>
    public (string? Words, string? TextName)? Refusal { get; set; }
}

/// <summary>What the Api says of one uploaded file.</summary>
public sealed record UploadedFile(Guid? Id, string Name, string Status, bool? AlreadyThere, string? Error);

internal sealed record UploadAnswer(IReadOnlyList<UploadedFile>? Documents);

/// <summary>Reads what the browser got for an upload.</summary>
internal static class UploadReading
{
    /// <summary>The file as it was taken, or why it was not. Status 0 is a connection that broke.</summary>
    public static (UploadedFile? Taken, (string? Words, string? TextName)? Refusal) Read(int status, string body)
    {
        try
        {
            if (status is >= 200 and < 300)
                return WireJson.Read<UploadAnswer>(body).Documents is [var file, ..] ? (file.Status == "refused" ? (null, (file.Error, "Upload.Refused")) : (file, null)) : (null, (null, "Upload.Refused"));
            if (status is (int)HttpStatusCode.RequestEntityTooLarge)
                return (null, (null, "Upload.TooLarge"));
            if (status is 0 or (int)HttpStatusCode.ServiceUnavailable)
                return (null, (null, "Upload.Broken"));
            return (null, (JsonSerializer.Deserialize<ApiProblem>(body, JsonSerializerOptions.Web)?.Words, "Upload.Refused"));
        }
        catch (JsonException)
        {
            return (null, (null, "Upload.Refused"));
        }
    }
}
