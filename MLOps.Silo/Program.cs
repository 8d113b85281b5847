using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.UseOrleans();
builder.AddMLOpsSilo();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
