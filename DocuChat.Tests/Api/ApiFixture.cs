using DocuChat.Tests.Infrastructure;

namespace DocuChat.Tests.Api;

/// <summary>One Api with its database for the tests of a class; each test registers tenants of its own, so none sees another's rows.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public ApiFactory Api { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Api = await ApiFactory.CreateAsync();

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
