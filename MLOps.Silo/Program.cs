using MLOps.Clustering;
using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;
using MLOps.Tracking;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsTracking();

// How silos find each other comes from the configuration (Orleans:Clustering); without any this silo is its machine's.
builder.AddMLOpsClustering();
builder.UseOrleans(silo => silo.UseMLOpsClustering().AddActivityPropagation().AddMLOpsGrainStorage().AddMLOpsReminders());
builder.AddMLOpsSilo();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
