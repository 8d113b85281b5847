using MLOps.Dashboard;
using MLOps.ServiceDefaults;

if (await HealthProbe.TryRunAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);

// Run from bin/, in whichever environment, the assets are where the build's manifest says; a published output has them in wwwroot.
builder.WebHost.UseStaticWebAssets();
builder.AddServiceDefaults();
builder.AddMLOpsDashboard();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMLOpsDashboard();
await app.RunAsync();
return 0;
