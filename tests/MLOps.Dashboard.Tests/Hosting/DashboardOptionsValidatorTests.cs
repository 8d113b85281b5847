using MLOps.Dashboard.Hosting;

namespace MLOps.Dashboard.Tests.Hosting;

public sealed class DashboardOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreFine() =>
        Assert.True(new DashboardOptionsValidator().Validate(null, new DashboardOptions()).Succeeded);

    [Fact]
    public void Validate_TwoFaults_NamesBothKeys()
    {
        var result = new DashboardOptionsValidator().Validate(null, new DashboardOptions { GatewayUrl = "localhost:5000", RefreshInterval = TimeSpan.Zero });

        Assert.Equal(2, result.Failures!.Count());
        Assert.Contains("MLOps:Dashboard:GatewayUrl is 'localhost:5000'", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("MLOps:Dashboard:RefreshInterval", result.FailureMessage, StringComparison.Ordinal);
    }
}
