using DocuChat.Core.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Xunit;

namespace DocuChat.Tests.Core.Models;

public sealed class ModelsConfigurationTests
{
    [Fact]
    public void Configure_OperatorsNames_AreRead()
    {
        var options = Read(
            ("OPENAI_BASE_URL", "http://localhost:9000/v1"),
            ("Models:Chat", "one, two"),
            ("Models:Embedding:Name", "small"),
            ("Models:Embedding:Dimensions", "384"),
            ("Models:Embedding:Languages:0", "en")
        );
        Assert.Equal(["one", "two"], options.ChatModels);
        Assert.Equal(("small", 384), (options.Embedding.Name, options.Embedding.Dimensions));
        Assert.Equal(["en"], options.Embedding.Languages);
        Assert.Equal(("http://localhost:9000/v1", ""), (options.BaseUrl, options.ApiKey));
    }

    [Fact]
    public void Configure_ConnectionString_IsRead()
    {
        var options = Read(("ConnectionStrings:openai", "Endpoint=https://name.openai.azure.com;Key=secret"), ("Models:Chat:0", "deployment"));
        Assert.Equal(("https://name.openai.azure.com", "secret"), (options.BaseUrl, options.ApiKey));
        Assert.Equal(["deployment"], options.ChatModels);
    }

    [Theory]
    [InlineData("https://name.openai.azure.com", null, true)]
    [InlineData("https://name.openai.azure.com/openai/v1", null, false)]
    [InlineData("https://models.example/azure", "true", true)]
    [InlineData("https://name.openai.azure.com", "false", false)]
    [InlineData("https://api.openai.com/v1", null, false)]
    public void Configure_Azure_ByAddressUnlessSaid(string baseUrl, string? said, bool azure) =>
        Assert.Equal(azure, Read(("OPENAI_BASE_URL", baseUrl), ("OPENAI_API_KEY", "key"), ("Models:Azure", said ?? "")).Azure);

    [Theory]
    [InlineData("OPENAI_API_KEY", "OPENAI_API_KEY", "")]
    [InlineData("OPENAI_BASE_URL", "OPENAI_BASE_URL", "somewhere")]
    [InlineData("Models:Chat", "Models:Chat", ",")]
    [InlineData("Models:Embedding:Dimensions", "Models:Embedding:Dimensions", "5000")]
    [InlineData("Models:Embedding:Dimensions", "Models:Embedding:Dimensions", "many")]
    [InlineData("Models:FirstTokenSeconds", "Models:FirstTokenSeconds", "0")]
    [InlineData("Models:Azure", "Models:Azure", "perhaps")]
    public void Validate_WrongSetting_NamesItsKey(string named, string key, string value)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read((key, value)));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    private static ModelsOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var models = new ModelsConfiguration(configuration);
        return new OptionsFactory<ModelsOptions>([models], [], [models]).Create("");
    }
}
