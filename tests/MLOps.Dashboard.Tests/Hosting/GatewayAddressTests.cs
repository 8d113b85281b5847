using MLOps.Dashboard.Hosting;

namespace MLOps.Dashboard.Tests.Hosting;

public sealed class GatewayAddressTests
{
    [Theory]
    [InlineData("http://localhost:5000", "http://localhost:5000/")]
    [InlineData("http://*:5000", "http://localhost:5000/")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("https://127.0.0.1:5001", "https://127.0.0.1:5001/")]
    public void Callable_ListeningAddress_CanBeCalled(string listening, string expected) =>
        Assert.Equal(new Uri(expected), GatewayAddress.Callable(listening));
}
