using MLOps.Clustering;
using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;
using MLOps.Tracking;

if (await HealthProbe.TryRunAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsTracking();

// How silos are found comes from the configuration (Orleans:Clustering); without any they are this machine's.
builder.AddMLOpsClustering();
builder.UseOrleansClient(client => client.UseMLOpsClustering().AddOrleansDashboard().AddActivityPropagation());
builder.AddMLOpsGateway();

var app = builder.Build();
app.UseStaticPrefix();
app.MapDefaultEndpoints();
app.MapMLOpsGateway();
await app.RunAsync();
return 0;
