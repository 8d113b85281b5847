using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.UseOrleansClient();
builder.AddMLOpsGateway();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMLOpsGateway();
await app.RunAsync();
