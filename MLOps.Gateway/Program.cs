using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;
using MLOps.Tracking;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsTracking();

// Clustering comes from the configuration (Orleans:Clustering); without any it is this machine's.
builder.UseOrleansClient(client =>
{
    client.AddActivityPropagation();
    if (!builder.Configuration.GetSection("Orleans:Clustering").Exists())
    {
        client.UseLocalhostClustering();
    }
});
builder.AddMLOpsGateway();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMLOpsGateway();
await app.RunAsync();
