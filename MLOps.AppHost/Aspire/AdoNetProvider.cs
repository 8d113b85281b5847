using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orleans;

namespace MLOps.AppHost.Aspire;

/// <summary>Names the provider that Orleans knows. Aspire would name it after the resource, "PostgresDatabase", which Orleans does not.</summary>
internal sealed class AdoNetProvider(IResourceBuilder<PostgresDatabaseResource> database) : IProviderConfiguration
{
    public void ConfigureResource<T>(IResourceBuilder<T> resourceBuilder, string configSectionPath)
        where T : IResourceWithEnvironment => resourceBuilder
            .WithReference(database)
            .WithEnvironment($"Orleans__{configSectionPath}__ProviderType", "AdoNet")
            .WithEnvironment($"Orleans__{configSectionPath}__Invariant", "Npgsql")
            .WithEnvironment($"Orleans__{configSectionPath}__ConnectionName", database.Resource.Name);
}
