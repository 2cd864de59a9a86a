using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api;

/// <summary>One Api for the tests of a class, and the stand-in that its models are; a class names the settings that it needs: <c>class Fixture() : ModelsFixture(("Models:Retries", "0"))</c>.</summary>
public abstract class ModelsFixture(params (string Key, string Value)[] settings) : IAsyncLifetime
{
    public ModelServer Models { get; private set; } = null!;

    public ApiFactory Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Models = await ModelServer.StartAsync();
        Api = await ApiFactory.CreateAsync(Models.Settings(settings));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Models.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
