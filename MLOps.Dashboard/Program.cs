using MLOps.Dashboard;
using MLOps.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMLOpsDashboard();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMLOpsDashboard();
await app.RunAsync();
