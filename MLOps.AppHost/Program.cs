using MLOps.Dashboard;
using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.UseOrleans(silo => silo.UseLocalhostClustering());
builder.AddMLOpsSilo();
builder.AddMLOpsGateway();
builder.AddMLOpsDashboard();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMLOpsGateway();
app.MapMLOpsDashboard();
await app.RunAsync();
