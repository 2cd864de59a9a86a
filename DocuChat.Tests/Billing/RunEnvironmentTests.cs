using DocuChat.Billing;
using Microsoft.Extensions.Configuration;

namespace DocuChat.Tests.Billing;

public sealed class RunEnvironmentTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("docuchat-test-state-").FullName;

    [Fact]
    public void AddRunEnvironment_BesideARunningSystem_ReadsItsAddressesAndItsKey()
    {
        File.WriteAllText(Path.Combine(_state, "run.env"), "# Written by the running system\nConnectionStrings__docuchat='Host=127.0.0.1;Port=5432'\nPROMETHEUS_URL=http://localhost:9090\n");
        File.WriteAllText(Path.Combine(_state, "jwt-secret"), "made up once\n");

        var configuration = Configuration();

        Assert.Equal(("Host=127.0.0.1;Port=5432", "http://localhost:9090", "made up once"), (configuration["ConnectionStrings:docuchat"], configuration["PROMETHEUS_URL"], configuration["JWT_SECRET"]));
    }

    [Fact]
    public void AddRunEnvironment_WithADatabaseOfTheEnvironment_ReadsNothing()
    {
        File.WriteAllText(Path.Combine(_state, "run.env"), "PROMETHEUS_URL=http://localhost:9090\n");

        Assert.Null(Configuration(("DATABASE_URL", "postgresql://u:p@elsewhere/d"))["PROMETHEUS_URL"]);
    }

    [Fact]
    public void AddRunEnvironment_WithTheSameSettingInTheEnvironment_LeavesItAsItIs()
    {
        File.WriteAllText(Path.Combine(_state, "run.env"), "PROMETHEUS_URL=http://localhost:9090\n");

        Assert.Equal("http://other:9090", Configuration(("PROMETHEUS_URL", "http://other:9090"))["PROMETHEUS_URL"]);
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private ConfigurationManager Configuration(params (string Key, string Value)[] environment)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("DOCUCHAT_STATE", _state), .. environment.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))]);
        configuration.AddRunEnvironment();
        return configuration;
    }
}
