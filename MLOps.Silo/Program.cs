using MLOps.Clustering;
using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;
using MLOps.Silo.Roles;
using MLOps.Tracking;

if (await HealthProbe.TryRunAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsTracking();

// How silos find each other comes from the configuration (Orleans:Clustering); without any this silo is its machine's.
builder.AddMLOpsClustering();
builder.UseOrleans(silo => silo.UseMLOpsClustering().AddMLOpsRoles().AddOrleansDashboard().AddActivityPropagation().AddMLOpsGrainStorage().AddMLOpsReminders());
builder.AddMLOpsSilo();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
return 0;
