using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DocuChat.Core.Persistence;

/// <summary>Lets <c>dotnet ef</c> build the model without a service around it; it never connects.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<DocuChatDbContext>
{
    public DocuChatDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<DocuChatDbContext>();
        PersistenceRegistration.Configure(options, npgsql => { });
        return new DocuChatDbContext(options.Options, new TenantContext());
    }
}
