using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;
using MLOps.Tracking;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsTracking();

// Clustering comes from the configuration (Orleans:Clustering); without any it is this machine's.
builder.UseOrleans(silo =>
{
    silo.AddActivityPropagation().AddMLOpsGrainStorage().AddMLOpsReminders();
    if (!builder.Configuration.GetSection("Orleans:Clustering").Exists())
    {
        silo.UseLocalhostClustering();
    }
});
builder.AddMLOpsSilo();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
