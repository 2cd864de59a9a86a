# Every command does its own set-up. What each one does stands in the script that it calls.
.PHONY: up down check logs test lint demo reset manifests devops-up devops-down devops-check devops-logs

up: ## sets up what is missing, starts everything, seeds the demo tenant, prints the addresses
	@eng/up.sh

down: ## stops it
	@eng/down.sh

check: ## the health of every part
	@eng/check.sh

logs: ## follows the logs
	@tail -n 20 -F .data/logs/*.log

test: ## sets up what is missing and runs all tests
	@eng/test.sh

lint: ## fails where the code is not formatted as .editorconfig says
	@dotnet format DocuChat.sln --verify-no-changes --exclude DocuChat.Core/Persistence/Migrations

demo: ## asks three questions in the terminal
	@eng/demo.sh

reset: ## stops it and removes its data
	@eng/reset.sh

manifests: ## writes deploy/base anew from the model, where Aspirate can be had
	@deploy/scripts/manifests.sh

# The names that operators of the former deployment know.
devops-up: up
devops-down: down
devops-check: check
devops-logs: logs
