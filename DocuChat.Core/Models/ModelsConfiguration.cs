using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Models;

/// <summary>Reads <see cref="ModelsOptions"/> from the names that operators know, and says in one line what is wrong and how to mend it.</summary>
internal sealed class ModelsConfiguration(IConfiguration configuration) : IConfigureOptions<ModelsOptions>, IValidateOptions<ModelsOptions>
{
    public void Configure(ModelsOptions options)
    {
        var section = configuration.GetSection(ModelsOptions.Section);
        // Lists first and apart: the binder would append to the defaults instead of replacing them.
        options.ChatModels = Words(section.GetSection("Chat")) ?? options.ChatModels;
        options.Embedding.Languages = Words(section.GetSection("Embedding:Languages")) ?? options.Embedding.Languages;
        options.Embedding.Name = section["Embedding:Name"] ?? options.Embedding.Name;
        options.Embedding.Dimensions = Number(section, "Embedding:Dimensions", options.Embedding.Dimensions);
        options.Embedding.BatchSize = Number(section, "Embedding:BatchSize", options.Embedding.BatchSize);
        options.Embedding.TimeoutSeconds = Number(section, "Embedding:TimeoutSeconds", options.Embedding.TimeoutSeconds);
        options.FirstTokenSeconds = Number(section, nameof(options.FirstTokenSeconds), options.FirstTokenSeconds);
        options.IdleSeconds = Number(section, nameof(options.IdleSeconds), options.IdleSeconds);
        options.Retries = Number(section, nameof(options.Retries), options.Retries);
        options.LongestRetryWaitSeconds = Number(section, nameof(options.LongestRetryWaitSeconds), options.LongestRetryWaitSeconds);
        options.BreakerFailures = Number(section, nameof(options.BreakerFailures), options.BreakerFailures);
        options.BreakerSeconds = Number(section, nameof(options.BreakerSeconds), options.BreakerSeconds);
        options.Temperature = section["Temperature"] == "default" ? null : Number(section, "Temperature", options.Temperature ?? 0);
        options.LongestAnswerTokens = Number(section, nameof(options.LongestAnswerTokens), options.LongestAnswerTokens);

        var connection = new DbConnectionStringBuilder { ConnectionString = configuration.GetConnectionString("openai") ?? "" };
        options.BaseUrl = Set(configuration["OPENAI_BASE_URL"]) ?? Part(connection, "Endpoint") ?? options.BaseUrl;
        options.ApiKey = Set(configuration["OPENAI_API_KEY"]) ?? Part(connection, "Key") ?? options.ApiKey;
        options.Azure = Flag(section, nameof(options.Azure)) ?? IsAzureResource(options.BaseUrl);
    }

    public ValidateOptionsResult Validate(string? name, ModelsOptions options)
    {
        var wrong = new List<string>();
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            wrong.Add("OPENAI_BASE_URL must be an address such as https://api.openai.com/v1.");
        else if (options.ApiKey.Length == 0 && url.Host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase))
            wrong.Add("OPENAI_API_KEY is not set: set it, or set OPENAI_BASE_URL to a server that needs no key.");
        if (options.ChatModels.Count == 0)
            wrong.Add("Models:Chat must name at least one model, e.g. Models__Chat=gpt-4o,gpt-4o-mini.");
        if (options.Embedding.Name.Length == 0)
            wrong.Add("Models:Embedding:Name must name a model, e.g. text-embedding-3-small.");
        Within("Embedding:Dimensions", options.Embedding.Dimensions, 1, 4000);
        Within("Embedding:BatchSize", options.Embedding.BatchSize, 1, 2048);
        Within("Embedding:TimeoutSeconds", options.Embedding.TimeoutSeconds, 1, 3600);
        Within("FirstTokenSeconds", options.FirstTokenSeconds, 0.1, 3600);
        Within("IdleSeconds", options.IdleSeconds, 0.1, 3600);
        Within("Retries", options.Retries, 0, 10);
        Within("LongestRetryWaitSeconds", options.LongestRetryWaitSeconds, 0, 300);
        Within("BreakerFailures", options.BreakerFailures, 1, 1000);
        Within("BreakerSeconds", options.BreakerSeconds, 0.1, 3600);
        Within("Temperature", options.Temperature ?? 0, 0, 2);
        Within("LongestAnswerTokens", options.LongestAnswerTokens, 1, 200_000);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Within(string key, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"Models:{key} is {value}: it must be from {least} to {most}."));
        }
    }

    // Either a list of keys (Models__Chat__0=…) or one value with commas (Models__Chat=…,…).
    private static List<string>? Words(IConfigurationSection section)
    {
        var values = section.Value is { } value ? value.Split(',') : [.. section.GetChildren().Select(child => child.Value ?? "")];
        var words = values.Select(word => word.Trim()).Where(word => word.Length > 0).ToList();
        return section.Exists() ? words : null;
    }

    private static T Number<T>(IConfigurationSection section, string key, T otherwise)
        where T : IParsable<T> =>
        section[key] is not { Length: > 0 } text ? otherwise
        : T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new OptionsValidationException(section.Path, typeof(ModelsOptions), [$"{section.Path}:{key} must be a number."]);

    private static bool? Flag(IConfigurationSection section, string key) =>
        section[key] is not { Length: > 0 } text ? null
        : bool.TryParse(text, out var flag) ? flag
        : throw new OptionsValidationException(section.Path, typeof(ModelsOptions), [$"{section.Path}:{key} must be true or false."]);

    private static bool IsAzureResource(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && url.AbsolutePath == "/" && url.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase);

    private static string? Set(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static string? Part(DbConnectionStringBuilder connection, string key) => connection.TryGetValue(key, out var value) ? Set(value as string) : null;
}
