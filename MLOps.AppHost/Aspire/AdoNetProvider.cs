using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orleans;

namespace MLOps.AppHost.Aspire;

/// <summary>Names the provider that Orleans knows. Aspire would name it after the resource, "PostgresDatabase", which Orleans does not.</summary>
/// <param name="database">Null: the tracking database, which <c>MLFLOW_BACKEND_STORE_URI</c> names.</param>
internal sealed class AdoNetProvider(IResourceBuilder<PostgresDatabaseResource>? database) : IProviderConfiguration
{
    public void ConfigureResource<T>(IResourceBuilder<T> resourceBuilder, string configSectionPath)
        where T : IResourceWithEnvironment
    {
        resourceBuilder
            .WithEnvironment($"Orleans__{configSectionPath}__ProviderType", "AdoNet")
            .WithEnvironment($"Orleans__{configSectionPath}__Invariant", "Npgsql");
        if (database is not null)
        {
            resourceBuilder.WithReference(database).WithEnvironment($"Orleans__{configSectionPath}__ConnectionName", database.Resource.Name);
        }
    }
}
